package io.fluxring.benchmarks.compare;

import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.util.Map;
import javax.management.JMException;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/** Counts what a JVM allocates on its heap, by its own management beans. */
final class Allocation implements AutoCloseable {

    private static final String THREADS = "java.lang:type=Threading";
    private static final String BYTES = "TotalThreadAllocatedBytes";

    /** Else the connection is looked at every minute, which allocates. */
    private static final Map<String, Long> ENVIRONMENT = Map.of("jmx.remote.x.client.connection.check.period", 0L);

    private final JMXConnector connector;

    private Allocation(JMXConnector connector) {
        this.connector = connector;
    }

    @SuppressWarnings("BanJNDI") // the address is that of a process on this machine, which we have started
    static Allocation attach(long pid) throws IOException {
        try {
            VirtualMachine machine = VirtualMachine.attach(Long.toString(pid));
            try {
                String address = machine.startLocalManagementAgent();
                return new Allocation(JMXConnectorFactory.connect(new JMXServiceURL(address), ENVIRONMENT));
            } finally {
                machine.detach();
            }
        } catch (AttachNotSupportedException e) {
            throw new IOException("process " + pid + " can't be attached to", e);
        }
    }

    /** Bytes that all its threads, also those that have ended, have allocated so far. */
    long bytes() throws IOException {
        try {
            return (long) connector.getMBeanServerConnection().getAttribute(ObjectName.getInstance(THREADS), BYTES);
        } catch (JMException e) {
            throw new IOException("no count of allocated bytes", e);
        }
    }

    @Override
    public void close() throws IOException {
        connector.close();
    }
}
