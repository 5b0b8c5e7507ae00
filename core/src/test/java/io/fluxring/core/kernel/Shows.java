package io.fluxring.core.kernel;

import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.RegisterOperation;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What a test on the real kernel shows. It fails when it has not made use of every operation that it names, by
 * {@link KernelRing#add} for operations and through a {@link KernelRing}'s ring for register operations.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(KernelUse.class)
@interface Shows {
    /** The operations. */
    Opcode[] value() default {};

    /** The register operations. */
    RegisterOperation[] registers() default {};

    /** The behaviour, in the words of liburing's test of it (such as {@code cq-overflow}), where there is one. */
    String behaviour() default "";
}
