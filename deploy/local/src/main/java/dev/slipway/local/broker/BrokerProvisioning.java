package dev.slipway.local.broker;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.config.ConfigResource;

/// Brings topics and access rules of a running broker to the plan; what is right stays untouched.
final class BrokerProvisioning {

    private final Admin admin;

    BrokerProvisioning(Admin admin) {
        this.admin = admin;
    }

    void topics(List<TopicSpec> wanted) throws ExecutionException, InterruptedException {
        Set<String> present = admin.listTopics().names().get();
        admin.createTopics(
                        wanted.stream()
                                .filter(topic -> !present.contains(topic.name()))
                                .map(TopicSpec::asNewTopic)
                                .toList())
                .all()
                .get();
        List<TopicSpec> kept =
                wanted.stream().filter(topic -> present.contains(topic.name())).toList();
        adjustRetention(kept);
        addPartitions(kept);
    }

    private void adjustRetention(List<TopicSpec> topics)
            throws ExecutionException, InterruptedException {
        Map<ConfigResource, Collection<AlterConfigOp>> changes = new HashMap<>();
        for (TopicSpec topic : topics) {
            List<AlterConfigOp> operations = new ArrayList<>();
            topic.configuration()
                    .forEach((key, value) ->
                            operations.add(
                                    new AlterConfigOp(
                                            new ConfigEntry(key, value),
                                            AlterConfigOp.OpType.SET)));
            changes.put(new ConfigResource(ConfigResource.Type.TOPIC, topic.name()), operations);
        }
        admin.incrementalAlterConfigs(changes).all().get();
    }

    private void addPartitions(List<TopicSpec> topics)
            throws ExecutionException, InterruptedException {
        Map<String, TopicDescription> present =
                admin.describeTopics(topics.stream().map(TopicSpec::name).toList())
                        .allTopicNames()
                        .get();
        Map<String, NewPartitions> more = new HashMap<>();
        for (TopicSpec topic : topics) {
            TopicDescription description = present.get(topic.name());
            if (description != null && description.partitions().size() < topic.partitions()) {
                more.put(topic.name(), NewPartitions.increaseTo(topic.partitions()));
            }
        }
        admin.createPartitions(more).all().get();
    }

    void access(Set<AclBinding> wanted) throws ExecutionException, InterruptedException {
        Set<AclBinding> present =
                new HashSet<>(admin.describeAcls(AclBindingFilter.ANY).values().get());
        List<AclBinding> missing =
                wanted.stream().filter(binding -> !present.contains(binding)).toList();
        admin.createAcls(missing).all().get();
        present.removeAll(wanted);
        admin.deleteAcls(present.stream().map(AclBinding::toFilter).toList()).all().get();
    }
}
