/**
 * Spring Boot on the ring: the starter's properties ({@code fluxring.*}), and what an application can ask of it.
 */
@NullMarked
package io.fluxring.spring;

import org.jspecify.annotations.NullMarked;
