/** Files as answers of a server and bodies of a client: validators, ranges, lengths and bytes, as RFC 9110 says. */
@NullMarked
package io.fluxring.spring.web;

import org.jspecify.annotations.NullMarked;
