/// What the phases of both runtimes are made of: the steps, scripts and files that a host gets
/// whatever runs Kubernetes on it, the phases that are the same for both but for some steps, and
/// what makes a plan of a list of phases.
@NullMarked
package dev.slipway.planner.plan.node;

import org.jspecify.annotations.NullMarked;
