package io.fluxring.core.sim;

import io.fluxring.core.sim.FileTree.Node;
import io.fluxring.core.sim.FileTree.Refused;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.call.NativeMemory;
import java.lang.foreign.ValueLayout;

/** Extended attributes of files, set and got. */
final class AttributeRequests {
    private final SimulatedKernel kernel;
    private final SimulatedRing ring;

    /** What was read during submission; the value is that to set, or null. */
    private record Named(String path, String name, byte[] value) {}

    AttributeRequests(SimulatedKernel kernel, SimulatedRing ring) {
        this.kernel = kernel;
        this.ring = ring;
    }

    void addTo(Behaviours behaviours) {
        behaviours.addOnFile(Opcode.FSETXATTR, this::prepare, this::run);
        behaviours.addOnFile(Opcode.FGETXATTR, this::prepare, this::run);
        behaviours.add(Opcode.SETXATTR, this::prepare, this::run);
        behaviours.add(Opcode.GETXATTR, this::prepare, this::run);
    }

    private int prepare(Request request) {
        boolean byPath = request.opcode == Opcode.SETXATTR || request.opcode == Opcode.GETXATTR;
        boolean sets = request.opcode == Opcode.SETXATTR || request.opcode == Opcode.FSETXATTR;
        String path = byPath ? PathRequests.text(request.address3) : "";
        byte[] value = sets ? NativeMemory.at(request.off, request.length).toArray(ValueLayout.JAVA_BYTE) : null;
        request.detail = new Named(path, PathRequests.text(request.address), value);
        request.punted = true;
        if (!sets) {
            if (request.operationFlags != 0) {
                return Errno.EINVAL.result();
            }
            request.range(request.off, request.length);
        }
        return 0;
    }

    private boolean run(Request request) {
        Named named = (Named) request.detail;
        int result;
        try {
            Node node = request.file instanceof OpenFile file
                    ? file.node
                    : kernel.tree().existing(kernel.tree().root(), named.path, true);
            result = named.value == null ? get(request, node, named.name) : set(request, node, named);
        } catch (Refused e) {
            result = e.errno.result();
        }
        return ring.end(request, result, 0);
    }

    private static int set(Request request, Node node, Named named) {
        boolean there = node.attributes.containsKey(named.name);
        if (!named.name.startsWith("user.")) {
            return Errno.EOPNOTSUPP.result();
        }
        if (there && request.operationHas(Libc.XATTR_CREATE)) {
            return Errno.EEXIST.result();
        }
        if (!there && request.operationHas(Libc.XATTR_REPLACE)) {
            return Errno.ENODATA.result();
        }
        node.attributes.put(named.name, named.value);
        return 0;
    }

    private int get(Request request, Node node, String name) {
        byte[] value = node.attributes.get(name);
        if (value == null) {
            return Errno.ENODATA.result();
        }
        if (request.length == 0) {
            return value.length;
        }
        if (value.length > request.length) {
            return Errno.ERANGE.result();
        }
        request.fill(kernel, value);
        return value.length;
    }
}
