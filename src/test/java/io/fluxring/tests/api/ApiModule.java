package io.fluxring.tests.api;

import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReader;
import java.lang.module.ModuleReference;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A module as it was built, a folder or a jar: what its unqualified exports show to everyone. */
final class ApiModule {
    private final ModuleReference reference;

    private ApiModule(ModuleReference reference) {
        this.reference = reference;
    }

    /** The module that a class of the class path comes from. */
    static ApiModule of(Class<?> member) {
        try {
            Path location = Path.of(
                    member.getProtectionDomain().getCodeSource().getLocation().toURI());
            return new ApiModule(ModuleFinder.of(location).findAll().stream()
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no module in " + location)));
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    /** By exported package, the lines of its API. */
    SortedMap<String, List<String>> signatures() throws IOException {
        SortedMap<String, List<String>> signatures = new TreeMap<>();
        try (ModuleReader reader = reference.open()) {
            for (ModuleDescriptor.Exports exports : reference.descriptor().exports()) {
                if (!exports.isQualified()) {
                    signatures.put(exports.source(), signatures(reader, exports.source()));
                }
            }
        }
        return signatures;
    }

    private static List<String> signatures(ModuleReader reader, String packageName) throws IOException {
        String folder = packageName.replace('.', '/') + '/';
        List<String> names;
        try (Stream<String> resources = reader.list()) {
            names = resources
                    .filter(name -> name.endsWith(".class") && name.lastIndexOf('/') == folder.length() - 1)
                    .filter(name -> name.startsWith(folder))
                    .sorted()
                    .collect(Collectors.toList());
        }
        List<String> lines = new ArrayList<>();
        for (String name : names) {
            Class<?> type = load(name.substring(0, name.length() - ".class".length()));
            if (TypeSignature.isVisible(type)) {
                try (InputStream bytes = reader.open(name).orElseThrow()) {
                    lines.addAll(TypeSignature.of(type, bytes.readAllBytes()));
                }
            }
        }
        return lines;
    }

    private static Class<?> load(String path) {
        try {
            return Class.forName(path.replace('/', '.'), false, ApiModule.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }
}
