package dev.slipway.faults;

import dev.slipway.contracts.id.HostAddress;

/// What the parts of a simulation see of each other.
interface World {
    Baton baton();

    Scene scene();

    Bugs bugs();

    Keys keys();

    Network network();

    Broker broker();

    Broker.Group planners();

    Broker.Group executors();

    Store store();

    Cert cert();

    Witness witness();

    Host host(HostAddress address);

    /// Whether nothing is wrong just now.
    boolean whole();

    /// A new process, known by name and incarnation.
    Baton.Unit process(String name);
}
