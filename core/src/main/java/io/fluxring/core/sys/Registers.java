package io.fluxring.core.sys;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Names the register operations that a method makes; the table of the kernel's coverage is made from it. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Registers {
    /** {@return the operations} */
    RegisterOperation[] value();
}
