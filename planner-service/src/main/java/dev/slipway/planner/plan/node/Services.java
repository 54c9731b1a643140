package dev.slipway.planner.plan.node;

import dev.slipway.contracts.order.RemotePath;
import dev.slipway.planner.inspect.HostFacts;

/// How a host's services are defined, started and stopped, as shell text. kubeadm knows both.
public enum Services {
    SYSTEMD {
        @Override
        public String enable(String service) {
            return "systemctl enable %s.service".formatted(service);
        }

        @Override
        public String start(String service) {
            return "systemctl start %s.service".formatted(service);
        }

        @Override
        public String restart(String service) {
            return "systemctl restart %s.service".formatted(service);
        }

        @Override
        public String isActive(String service) {
            return "systemctl is-active --quiet %s.service".formatted(service);
        }

        @Override
        public String retire(String service) {
            return "systemctl disable --now %s.service >/dev/null 2>&1 || :".formatted(service);
        }

        @Override
        public String reload() {
            return "systemctl daemon-reload";
        }

        @Override
        public RemotePath definition(String service) {
            return NodePaths.UNITS.resolveInside(service + ".service");
        }
    },

    OPENRC {
        @Override
        public String enable(String service) {
            return "rc-update add %s default".formatted(service);
        }

        @Override
        public String start(String service) {
            return "rc-service %s start".formatted(service);
        }

        @Override
        public String restart(String service) {
            return "rc-service %s restart".formatted(service);
        }

        @Override
        public String isActive(String service) {
            return "rc-service %s status >/dev/null 2>&1".formatted(service);
        }

        @Override
        public String retire(String service) {
            return "rc-service %1$s stop >/dev/null 2>&1 || :\nrc-update del %1$s default >/dev/null 2>&1 || :"
                    .formatted(service);
        }

        @Override
        public String reload() {
            return "rc-update -u";
        }

        @Override
        public RemotePath definition(String service) {
            return NodePaths.INIT_SCRIPTS.resolveInside(service);
        }
    };

    public static Services of(HostFacts facts) {
        return facts.system().openrc() ? OPENRC : SYSTEMD;
    }

    /// With the next boots.
    public abstract String enable(String service);

    public abstract String start(String service);

    public abstract String restart(String service);

    /// A condition.
    public abstract String isActive(String service);

    /// Stops it, now and with the next boots, whether or not it is there.
    public abstract String retire(String service);

    /// After definitions changed.
    public abstract String reload();

    /// Where the definition of a service is that did not come with the system.
    public abstract RemotePath definition(String service);

    /// The cgroup driver that containerd and the kubelet have to share: systemd owns the hierarchy
    /// where it runs.
    public boolean hasSystemdCgroups() {
        return this == SYSTEMD;
    }
}
