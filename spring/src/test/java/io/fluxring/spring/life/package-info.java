/** Applications that start, stop, start again, stand beside each other, and step aside. */
@NullMarked
package io.fluxring.spring.life;

import org.jspecify.annotations.NullMarked;
