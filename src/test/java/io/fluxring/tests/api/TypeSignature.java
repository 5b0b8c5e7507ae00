package io.fluxring.tests.api;

import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.FieldModel;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.TypeVariable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a type shows to code of other modules, as lines: its declaration, then its members, indented and sorted by name.
 * Nullness, generics, exceptions and the values of constants are in the lines; names of parameters are not, because class
 * files have none. What every object, enum or record has is left out.
 */
final class TypeSignature {
    private static final String INDENT = "    ";
    private static final int TELLING =
            Modifier.PUBLIC | Modifier.PROTECTED | Modifier.STATIC | Modifier.ABSTRACT | Modifier.FINAL;

    private final Class<?> type;
    private final Map<String, String> constants;
    private final boolean extensible;

    private TypeSignature(Class<?> type, byte[] classFile) {
        this.type = type;
        constants = constants(classFile);
        extensible = !Modifier.isFinal(type.getModifiers())
                && Stream.of(type.getDeclaredConstructors()).anyMatch(each -> reaches(each.getModifiers()));
    }

    /** Whether code of another module can name the type, where its package is exported. */
    static boolean isVisible(Class<?> type) {
        Class<?> enclosing = type.getEnclosingClass();
        return reaches(type.getModifiers())
                && !type.isAnonymousClass()
                && !type.isLocalClass()
                && (enclosing == null || isVisible(enclosing));
    }

    static List<String> of(Class<?> type, byte[] classFile) {
        return new TypeSignature(type, classFile).lines();
    }

    private List<String> lines() {
        Map<String, String> fields = new TreeMap<>();
        Map<String, String> methods = new TreeMap<>();
        // What a superclass that others can't name hands down is the type's own to them.
        for (Class<?> each = type; each != null && (each == type || !isVisible(each)); each = each.getSuperclass()) {
            Stream.of(each.getDeclaredFields())
                    .filter(field -> shows(field) && !field.isEnumConstant())
                    .forEach(field -> fields.putIfAbsent(field.getName(), field(field)));
            Stream.of(each.getDeclaredMethods())
                    .filter(method -> shows(method) && !isImplied(method))
                    .forEach(method -> methods.putIfAbsent(method.getName() + parameters(method), method(method)));
        }
        List<String> lines = new ArrayList<>();
        lines.add(declaration());
        Stream.of(type.getDeclaredFields())
                .filter(Field::isEnumConstant) // in their order, which is part of the API
                .forEach(constant -> lines.add(INDENT + constant.getName()));
        fields.values().forEach(line -> lines.add(INDENT + line));
        Stream.of(type.getDeclaredConstructors())
                .filter(each -> shows(each) && !isCanonical(each))
                .map(this::constructor)
                .sorted()
                .forEach(line -> lines.add(INDENT + line));
        methods.values().forEach(line -> lines.add(INDENT + line));
        return lines;
    }

    // ---- what is shown

    private static boolean reaches(int modifiers) {
        return Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers);
    }

    private boolean shows(Member member) {
        int modifiers = member.getModifiers();
        return !member.isSynthetic()
                && (Modifier.isPublic(modifiers) || (Modifier.isProtected(modifiers) && extensible));
    }

    /** The constructor that a record's declaration implies. */
    private boolean isCanonical(Constructor<?> constructor) {
        return type.isRecord()
                && Arrays.equals(
                        constructor.getParameterTypes(),
                        Stream.of(type.getRecordComponents())
                                .map(RecordComponent::getType)
                                .toArray());
    }

    private boolean isImplied(Method method) {
        String name = method.getName();
        if (method.getParameterCount() != 0) {
            return name.equals("equals") || (type.isEnum() && name.equals("valueOf"));
        }
        return List.of("hashCode", "toString").contains(name)
                || (type.isEnum() && name.equals("values"))
                || (type.isRecord()
                        && Stream.of(type.getRecordComponents())
                                .anyMatch(each -> each.getName().equals(name)));
    }

    // ---- how it is written

    private String declaration() {
        String name = type.getName().substring(type.getPackageName().length() + 1);
        StringBuilder line = new StringBuilder();
        line.append(deprecated(type.isAnnotationPresent(Deprecated.class)));
        line.append(kind()).append(' ').append(name.replace('$', '.'));
        line.append(variables(type.getTypeParameters()));
        if (type.isRecord()) {
            line.append(Stream.of(type.getRecordComponents())
                    .map(each -> written(each.getAnnotatedType()) + " " + each.getName())
                    .collect(Collectors.joining(", ", "(", ")")));
        }
        AnnotatedType parent = parent();
        if (parent != null && !List.of(Object.class, Record.class).contains(parent.getType()) && !type.isEnum()) {
            line.append(" extends ").append(written(parent));
        }
        AnnotatedType[] interfaces = Stream.of(type.getAnnotatedInterfaces())
                .filter(each -> !(each.getType() instanceof Class<?> plain) || isVisible(plain))
                .toArray(AnnotatedType[]::new);
        line.append(list(type.isInterface() ? " extends " : " implements ", interfaces));
        if (type.isSealed()) {
            line.append(Stream.of(type.getPermittedSubclasses())
                    .filter(TypeSignature::isVisible)
                    .map(Class::getSimpleName)
                    .collect(Collectors.joining(", ", " permits ", "")));
        }
        return line.toString();
    }

    private String kind() {
        int modifiers = type.getModifiers() & TELLING;
        if (type.isInterface() || type.isEnum() || type.isRecord()) {
            modifiers &= ~(Modifier.ABSTRACT | Modifier.FINAL | Modifier.STATIC);
        }
        String kind = type.isAnnotation()
                ? "@interface"
                : type.isInterface() ? "interface" : type.isEnum() ? "enum" : type.isRecord() ? "record" : "class";
        return Modifier.toString(modifiers) + (type.isSealed() ? " sealed " : " ") + kind;
    }

    /** The nearest superclass that others can name. */
    private @Nullable AnnotatedType parent() {
        Class<?> each = type;
        while (each.getSuperclass() != null && !isVisible(each.getSuperclass())) {
            each = each.getSuperclass();
        }
        return each.getAnnotatedSuperclass();
    }

    private String field(Field field) {
        return start(field, field.isAnnotationPresent(Deprecated.class))
                + written(field.getAnnotatedType())
                + " "
                + field.getName()
                + (field.getDeclaringClass() == type ? constants.get(field.getName()) : "");
    }

    private String method(Method method) {
        return start(method, method.isAnnotationPresent(Deprecated.class))
                + (method.isDefault() ? "default " : "")
                + spaced(variables(method.getTypeParameters()))
                + written(method.getAnnotatedReturnType())
                + " "
                + method.getName()
                + parameters(method);
    }

    private String constructor(Constructor<?> constructor) {
        return start(constructor, constructor.isAnnotationPresent(Deprecated.class))
                + spaced(variables(constructor.getTypeParameters()))
                + type.getSimpleName()
                + parameters(constructor);
    }

    private static String start(Member member, boolean isDeprecated) {
        // The other bits mean something else in a method (varargs, bridge) or concern no caller.
        return deprecated(isDeprecated) + spaced(Modifier.toString(member.getModifiers() & TELLING));
    }

    private static String deprecated(boolean isDeprecated) {
        return isDeprecated ? "@Deprecated " : "";
    }

    private static String parameters(Executable executable) {
        String parameters = list("", executable.getAnnotatedParameterTypes());
        if (executable.isVarArgs()) {
            parameters = parameters.substring(0, parameters.length() - "[]".length()) + "...";
        }
        return "(" + parameters + ")" + list(" throws ", executable.getAnnotatedExceptionTypes());
    }

    private static String variables(TypeVariable<?>[] variables) {
        return variables.length == 0
                ? ""
                : Stream.of(variables)
                        .map(each -> each.getName() + bounds(each.getAnnotatedBounds()))
                        .collect(Collectors.joining(", ", "<", ">"));
    }

    private static String bounds(AnnotatedType[] bounds) {
        String written = Stream.of(bounds).map(TypeSignature::written).collect(Collectors.joining(" & "));
        return written.equals("Object") ? "" : " extends " + written;
    }

    private static String list(String before, AnnotatedType[] types) {
        return types.length == 0
                ? ""
                : Stream.of(types).map(TypeSignature::written).collect(Collectors.joining(", ", before, ""));
    }

    private static String written(AnnotatedType type) {
        return type.toString()
                .replace("@org.jspecify.annotations.Nullable()", "@Nullable")
                .replaceAll("\\bjava\\.lang\\.(?=[A-Z])", "")
                .replace('$', '.');
    }

    private static String spaced(String word) {
        return word.isEmpty() ? "" : word + " ";
    }

    /** By field, the value that the compiler copies into the code of its users. */
    private static Map<String, String> constants(byte[] classFile) {
        Function<FieldModel, String> value = field -> field.findAttribute(Attributes.constantValue())
                .map(attribute -> " = " + attribute.constant().constantValue())
                .orElse("");
        return ClassFile.of().parse(classFile).fields().stream()
                .collect(Collectors.toMap(field -> field.fieldName().stringValue(), value));
    }
}
