package io.fluxring.netty;

/**
 * Who the peer of a Unix socket is, as the kernel noted it when the connection was made, see {@link RingChannelOption#SO_PEERCRED}.
 * Netty's own type for it, {@link io.netty.channel.unix.PeerCredentials}, is made by its native library alone.
 *
 * @param process the peer's process, as this process sees it; a positive number
 * @param user its effective user, from 0 to 2<sup>32</sup> - 1
 * @param group its effective group, likewise
 */
public record PeerIdentity(int process, long user, long group) {}
