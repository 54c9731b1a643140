/// Clusters and the revisions of their Clusterfiles: what is desired, what was applied last, which
/// generation it is. What is done about it is in [dev.slipway.planner.operation].
@NullMarked
package dev.slipway.planner.cluster;

import org.jspecify.annotations.NullMarked;
