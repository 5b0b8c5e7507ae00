/** Multipart uploads by the ring: small parts in memory, larger ones in files that have no name, and are gone with the process. */
@NullMarked
package io.fluxring.spring.multipart;

import org.jspecify.annotations.NullMarked;
