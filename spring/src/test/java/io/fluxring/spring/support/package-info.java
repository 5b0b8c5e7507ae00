/** What the starter's tests share. */
@NullMarked
package io.fluxring.spring.support;

import org.jspecify.annotations.NullMarked;
