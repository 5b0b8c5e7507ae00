/**
 * A kernel of Java, for tests: {@link io.fluxring.core.sim.SimulatedKernel} stands behind the same interface and the same mapped
 * memory as the real one. A seed decides whatever the real kernel leaves open, and which faults strike; time is virtual. It checks
 * its caller, and its failures name the seed.
 */
package io.fluxring.core.sim;
