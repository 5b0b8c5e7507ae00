package io.fluxring.core.entry;

import io.fluxring.core.sys.Opcode;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Names the operation that a {@code prep} method writes; the table of the kernel's coverage is made from it. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Prepares {
    /** {@return the operation} */
    Opcode value();

    /** {@return the kernel release that brought this form, when it is younger than the operation; empty otherwise} */
    String since() default "";
}
