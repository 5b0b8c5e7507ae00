/** What the tests stand on: guarded rings, peers that check every byte, processes of their own. */
@NullMarked
package io.fluxring.tests.support;

import org.jspecify.annotations.NullMarked;
