package io.fluxring.netty;

import io.netty.channel.IoEvent;
import io.netty.channel.IoHandle;
import io.netty.channel.IoRegistration;

/** What a channel registers with a {@link RingIoHandler}. Completions go to the operations, not through here. */
interface RingHandle extends IoHandle {
    @Override
    void close();

    @Override
    default void handle(IoRegistration registration, IoEvent event) {}
}
