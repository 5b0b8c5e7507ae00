package io.fluxring.netty.support;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;

/** Certificates that no authority has signed. */
public final class Certificates {
    private Certificates() {}

    /** One for this host, with its key. */
    public static X509Bundle ofLocalhost() throws Exception {
        return new CertificateBuilder()
                .subject("CN=localhost")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
    }
}
