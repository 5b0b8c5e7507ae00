/** What the actuator shows of the rings: health, meters and information. */
@NullMarked
package io.fluxring.spring.actuate;

import org.jspecify.annotations.NullMarked;
