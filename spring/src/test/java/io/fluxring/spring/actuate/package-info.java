/** What the actuator shows, asked of running applications. */
@NullMarked
package io.fluxring.spring.actuate;

import org.jspecify.annotations.NullMarked;
