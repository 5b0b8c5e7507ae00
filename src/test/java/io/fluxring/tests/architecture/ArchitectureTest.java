package io.fluxring.tests.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import io.fluxring.core.loop.Credits;
import io.fluxring.core.loop.Operation;
import io.fluxring.core.memory.BufferRing;
import java.lang.foreign.Linker;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.NullMarked;
import reactor.core.CoreSubscriber;
import reactor.core.Scannable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

@AnalyzeClasses(
        packages = {
            "io.fluxring.core",
            "io.fluxring.reactor",
            "io.fluxring.netty",
            "io.fluxring.spring",
            "io.fluxring.samples"
        },
        importOptions = {ImportOption.DoNotIncludeTests.class, ArchitectureTest.NoTestJars.class})
class ArchitectureTest {
    private static final String CORE = "io.fluxring.core";

    /** The fixtures of core come in a jar of their own. */
    static final class NoTestJars implements ImportOption {
        @Override
        public boolean includes(Location location) {
            return !location.contains("-tests.jar") && !location.contains("/test-classes/");
        }
    }

    // ---- who may use whom

    /** Each uses only those before it, and those that share a place do not know each other. */
    private static final List<Set<String>> ORDER = List.of(
            Set.of("sys"),
            Set.of("entry"),
            Set.of("setup"),
            Set.of("refusal"),
            Set.of("ring"),
            Set.of("register"),
            Set.of("preflight", "memory", "fd"),
            Set.of("loop"),
            Set.of("net", "file"));

    @ArchTest
    static final ArchRule CORE_HAS_A_DIRECTION = classes()
            .that()
            .resideInAPackage(CORE + "..")
            .should(new ArchCondition<>("use only what stands before their package") {
                @Override
                public void check(JavaClass type, ConditionEvents events) {
                    int own = place(type);
                    events.add(new SimpleConditionEvent(type, own >= 0, type.getName() + " has a place in the order"));
                    for (Dependency each : type.getDirectDependenciesFromSelf()) {
                        JavaClass target = each.getTargetClass().getBaseComponentType();
                        boolean other = target.getPackageName().startsWith(CORE + ".")
                                && !room(target).equals(room(type));
                        events.add(
                                new SimpleConditionEvent(each, !other || place(target) < own, each.getDescription()));
                    }
                }
            });

    private static String room(JavaClass type) {
        return type.getPackageName().substring(CORE.length() + 1).split("\\.")[0];
    }

    private static int place(JavaClass type) {
        return IntStream.range(0, ORDER.size())
                .filter(index -> ORDER.get(index).contains(room(type)))
                .findFirst()
                .orElse(-1);
    }

    /** The calls take addresses; what lies there is the callers' to know. */
    @ArchTest
    static final ArchRule CALLS_DO_NOT_KNOW_LAYOUTS = noClasses()
            .that()
            .resideInAnyPackage(CORE + ".sys", CORE + ".sys.call")
            .should()
            .dependOnClassesThat()
            .resideInAPackage(CORE + ".sys.layout");

    /** What is exported to everyone does not lean on what is not. */
    @ArchTest
    static final ArchRule NAMES_AND_LAYOUTS_DO_NOT_CALL = noClasses()
            .that()
            .resideInAnyPackage(CORE + ".sys", CORE + ".sys.layout")
            .should()
            .dependOnClassesThat()
            .resideInAPackage(CORE + ".sys.call");

    private static final int FILES_A_PACKAGE = 25;

    @ArchTest
    static final ArchRule A_PACKAGE_HAS_FEW_FILES = classes()
            .that()
            .haveSimpleName("package-info")
            .should(new ArchCondition<>("stand beside at most " + FILES_A_PACKAGE + " files") {
                @Override
                public void check(JavaClass type, ConditionEvents events) {
                    Set<String> files = type.getPackage().getClasses().stream()
                            .filter(each -> !each.equals(type))
                            .flatMap(each -> each.getSource().stream())
                            .flatMap(source -> source.getFileName().stream())
                            .collect(Collectors.toSet());
                    events.add(new SimpleConditionEvent(
                            type,
                            files.size() <= FILES_A_PACKAGE,
                            type.getPackageName() + " has " + files.size() + " files"));
                }
            });

    @ArchTest
    static final ArchRule CORE_KNOWS_NOTHING_ABOVE = noClasses()
            .that()
            .resideInAPackage(CORE + "..")
            .should()
            .dependOnClassesThat(resideInAnyPackage(
                    "io.fluxring.reactor..",
                    "io.fluxring.samples..",
                    "reactor..",
                    "org.reactivestreams..",
                    "io.netty.."));

    @ArchTest
    static final ArchRule REACTOR_DOES_NOT_KNOW_NETTY = noClasses()
            .that()
            .resideInAPackage("io.fluxring.reactor..")
            .should()
            .dependOnClassesThat(resideInAnyPackage("io.netty..", "io.fluxring.netty..", "io.fluxring.samples.."));

    @ArchTest
    static final ArchRule NETTY_DOES_NOT_KNOW_REACTOR = noClasses()
            .that()
            .resideInAPackage("io.fluxring.netty..")
            .should()
            .dependOnClassesThat(resideInAnyPackage("io.fluxring.reactor..", "io.fluxring.samples.."));

    /** Who has no Reactor Netty has channels all the same. */
    @ArchTest
    static final ArchRule ONLY_LOOP_RESOURCES_KNOW_REACTOR_NETTY = noClasses()
            .that(resideInAPackage("io.fluxring.netty..")
                    .and(DescribedPredicate.not(resideInAPackage("io.fluxring.netty.reactor"))))
            .should()
            .dependOnClassesThat(resideInAnyPackage("reactor..", "org.reactivestreams.."));

    /** What a socket does stands in core.net: the channels translate, and neither prepare entries nor compute credit. */
    @ArchTest
    static final ArchRule CHANNELS_DECIDE_NOTHING_OF_THE_PROTOCOL = noClasses()
            .that()
            .resideInAPackage("io.fluxring.netty")
            .should()
            .dependOnClassesThat(resideInAPackage(CORE + ".entry..")
                    .or(JavaClass.Predicates.type(Operation.class))
                    .or(JavaClass.Predicates.type(Credits.class)));

    @ArchTest
    static final ArchRule ONLY_THE_STARTER_KNOWS_SPRING = noClasses()
            .that()
            .resideOutsideOfPackage("io.fluxring.spring..")
            .should()
            .dependOnClassesThat(resideInAnyPackage("org.springframework..", "io.fluxring.spring.."));

    /** The starter puts things together; what a ring does is asked of the modules below. */
    @ArchTest
    static final ArchRule SPRING_DECIDES_NOTHING_OF_THE_PROTOCOL = noClasses()
            .that()
            .resideInAPackage("io.fluxring.spring..")
            .should()
            .dependOnClassesThat(resideInAPackage(CORE + ".entry..")
                    .or(JavaClass.Predicates.type(Operation.class))
                    .or(JavaClass.Predicates.type(Credits.class))
                    .or(JavaClass.Predicates.type(BufferRing.class)));

    @ArchTest
    static final ArchRule NO_CYCLES_IN_SPRING = SlicesRuleDefinition.slices()
            .matching("io.fluxring.spring.(*)..")
            .should()
            .beFreeOfCycles();

    @ArchTest
    static final ArchRule NO_CYCLES_IN_CORE =
            SlicesRuleDefinition.slices().matching(CORE + ".(*)..").should().beFreeOfCycles();

    // ---- what is dangerous stands in one place

    @ArchTest
    static final ArchRule FOREIGN_CALLS_STAND_TOGETHER = noClasses()
            .that()
            .resideOutsideOfPackage(CORE + ".sys.call")
            .should()
            .dependOnClassesThat()
            .areAssignableTo(Linker.class);

    @ArchTest
    static final ArchRule FOREIGN_CALLS_IN_FEW_CLASSES = classes()
            .that(callForeignFunctions())
            .should()
            .haveNameMatching(".*\\.(NativeFunctions|LinuxFileCalls|LinuxKernel)(\\$.*)?");

    @ArchTest
    static final ArchRule VAR_HANDLES_ONLY_BELOW = noClasses()
            .that(DescribedPredicate.not(resideInAnyPackage(CORE + ".sys", CORE + ".ring", CORE + ".memory")))
            .should()
            .dependOnClassesThat()
            .areAssignableTo(VarHandle.class);

    private static DescribedPredicate<JavaClass> callForeignFunctions() {
        return describe(
                "use the linker",
                type -> type.getDirectDependenciesFromSelf().stream()
                        .anyMatch(dependency -> dependency.getTargetClass().isEquivalentTo(Linker.class)));
    }

    @ArchTest
    static final ArchRule NO_SYNCHRONIZED_METHODS = methods().should().notHaveModifier(JavaModifier.SYNCHRONIZED);

    @ArchTest
    static final ArchRule NO_SLEEP = noClasses()
            .should()
            .callMethodWhere(describe(
                    "Thread.sleep",
                    call -> call.getTarget().getOwner().isEquivalentTo(Thread.class)
                            && call.getName().equals("sleep")));

    /** What a socket does stands in core.net: reactor.net translates, and neither prepares entries nor computes credit. */
    @ArchTest
    static final ArchRule REACTOR_NET_DECIDES_NOTHING_OF_THE_PROTOCOL = noClasses()
            .that()
            .resideInAPackage("io.fluxring.reactor.net..")
            .should()
            .dependOnClassesThat(resideInAPackage(CORE + ".entry..")
                    .or(JavaClass.Predicates.type(Operation.class))
                    .or(JavaClass.Predicates.type(Credits.class))
                    .or(JavaClass.Predicates.type(BufferRing.class)));

    // ---- the operators of reactor

    private static final DescribedPredicate<JavaClass> OPERATORS = resideInAPackage("io.fluxring.reactor..")
            .and(describe(
                    "are operators",
                    type -> type.isAssignableTo(Flux.class)
                            || type.isAssignableTo(Mono.class)
                            || type.getSimpleName().contains("Subscri")));

    /** LoopSubscription is shared by two packages, and its own is not exported; LeaseFlux is a face, with methods of its own. */
    @ArchTest
    static final ArchRule OPERATORS_ARE_NOT_PUBLIC = classes()
            .that(OPERATORS)
            .and()
            .resideOutsideOfPackage("io.fluxring.reactor.operator")
            .and()
            .doNotHaveSimpleName("LeaseFlux")
            .should()
            .notBePublic();

    @ArchTest
    static final ArchRule SUBSCRIBERS_PASS_THE_CONTEXT_ON = classes()
            .that()
            .areAssignableTo(CoreSubscriber.class)
            .and()
            .areNotInterfaces()
            .should(declare("currentContext"));

    @ArchTest
    static final ArchRule PUBLISHERS_CAN_BE_SCANNED = classes()
            .that()
            .areAssignableTo(Flux.class)
            .or()
            .areAssignableTo(Mono.class)
            .should(declare("scanUnsafe"))
            .andShould()
            .implement(Scannable.class);

    private static ArchCondition<JavaClass> declare(String method) {
        return new ArchCondition<>("declare " + method) {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                boolean declares = type.getMethods().stream()
                        .anyMatch(each -> each.getName().equals(method));
                events.add(new SimpleConditionEvent(type, declares, type.getName() + " declares " + method));
            }
        };
    }

    // ---- nothing is null by accident

    @ArchTest
    static final ArchRule PACKAGES_ARE_NULL_MARKED = classes()
            .should(new ArchCondition<>("be in a package that is @NullMarked") {
                @Override
                public void check(JavaClass type, ConditionEvents events) {
                    JavaPackage its = type.getPackage();
                    boolean marked = its.isAnnotatedWith(NullMarked.class)
                            || Arrays.asList("module-info", "package-info").contains(type.getSimpleName());
                    events.add(new SimpleConditionEvent(type, marked, its.getName() + " is @NullMarked"));
                }
            });
}
