/** Names of files on their way to the kernel and back: paths as bytes, operations on them, directories. Not exported. */
@NullMarked
package io.fluxring.reactor.file.name;

import org.jspecify.annotations.NullMarked;
