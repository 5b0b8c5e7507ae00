/** Where the bytes of file regions come from. */
@NullMarked
package io.fluxring.netty.file;

import org.jspecify.annotations.NullMarked;
