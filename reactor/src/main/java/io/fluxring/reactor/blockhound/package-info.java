/** What BlockHound needs to know of a ring's thread. Not exported: BlockHound finds it as a service. */
@NullMarked
package io.fluxring.reactor.blockhound;

import org.jspecify.annotations.NullMarked;
