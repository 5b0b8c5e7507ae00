/** Files as answers. */
@NullMarked
package io.fluxring.spring.web;

import org.jspecify.annotations.NullMarked;
