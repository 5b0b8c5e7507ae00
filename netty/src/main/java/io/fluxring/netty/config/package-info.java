/** The options of channels, and the system calls behind them. */
@NullMarked
package io.fluxring.netty.config;

import org.jspecify.annotations.NullMarked;
