/** What tests share. */
@NullMarked
package io.fluxring.netty.support;

import org.jspecify.annotations.NullMarked;
