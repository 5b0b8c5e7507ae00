/** Reports of users of such transports, each a test that carries the report's id. */
@NullMarked
package io.fluxring.netty.field;

import org.jspecify.annotations.NullMarked;
