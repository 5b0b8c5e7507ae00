/** Files that operations work on: ordinary descriptors and direct ones, and who may close them when. */
@NullMarked
package io.fluxring.core.fd;

import org.jspecify.annotations.NullMarked;
