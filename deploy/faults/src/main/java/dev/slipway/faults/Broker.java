package dev.slipway.faults;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// The broker: partitions, consumer groups with sessions and cooperative rebalancing, committed
/// offsets with metadata. What it has acknowledged it never loses.
final class Broker {
    static final Duration SESSION = Duration.ofSeconds(10);

    /// @param value the event itself: its wire form is proven elsewhere
    record Message(int partition, long offset, String key, Object value) {}

    /// @param metadata of the one who committed
    record Committed(long offset, String metadata) {}

    private final Baton baton;
    private final Map<String, List<List<Message>>> topics = new LinkedHashMap<>();
    private final Map<String, Baton.Signal> news = new HashMap<>();
    private final List<Group> groups = new ArrayList<>();
    private boolean up = true;
    private double repeating;

    Broker(Baton baton) {
        this.baton = baton;
    }

    void topic(String name, int partitions) {
        var all = new ArrayList<List<Message>>();
        for (int i = 0; i < partitions; i++) {
            all.add(new ArrayList<>());
        }
        topics.put(name, all);
        news.put(name, baton.signal());
    }

    void down() {
        up = false;
    }

    void restore() {
        up = true;
    }

    boolean up() {
        return up;
    }

    boolean whole() {
        return up && repeating == 0;
    }

    List<List<Message>> partitions(String topic) {
        List<List<Message>> found = topics.get(topic);
        if (found == null) {
            throw new IllegalArgumentException("no topic " + topic);
        }
        return found;
    }

    Baton.Signal news(String topic) {
        Baton.Signal found = news.get(topic);
        if (found == null) {
            throw new IllegalArgumentException("no topic " + topic);
        }
        return found;
    }

    /// @param share of the records that come twice
    void repeating(double share) {
        repeating = share;
    }

    void append(String topic, String key, Object value) {
        add(topic, key, value);
        if (repeating > 0 && baton.chance(repeating)) {
            add(topic, key, value);
        }
    }

    private void add(String topic, String key, Object value) {
        var all = partitions(topic);
        int partition = Math.floorMod(key.hashCode(), all.size());
        var messages = all.get(partition);
        messages.add(new Message(partition, messages.size(), key, value));
        news(topic).raise();
        groups.stream().filter(g -> g.topic.equals(topic)).forEach(Group::wake);
    }

    /// One record on its way.
    final class Sent {
        private final Baton.Signal done = baton.signal();
        private boolean acknowledged;

        boolean acknowledged() {
            return acknowledged;
        }

        void await() {
            while (!acknowledged) {
                done.await(Duration.ofHours(1));
            }
        }

        private void acknowledge() {
            acknowledged = true;
            done.raise();
        }
    }

    /// A process's idempotent producer: in order, patient without limit.
    final class Producer {
        private record Item(String topic, String key, Object value, Sent sent) {}

        private final Network.Link link;
        private final ArrayDeque<Item> queue = new ArrayDeque<>();
        private final Baton.Signal more = baton.signal();

        Producer(Baton.Unit process, Network.Link link) {
            this.link = link;
            process.start("producer", this::work);
        }

        Sent send(String topic, String key, Object value) {
            var sent = new Sent();
            queue.add(new Item(topic, key, value, sent));
            more.raise();
            return sent;
        }

        private void work() {
            while (true) {
                Item item = queue.peek();
                if (item == null) {
                    more.await(Duration.ofHours(1));
                    continue;
                }
                baton.sleep(link.delay());
                if (!up || !link.up()) {
                    baton.sleep(Duration.ofMillis(500));
                    continue;
                }
                append(item.topic, item.key, item.value);
                queue.poll();
                baton.sys(Baton.Call.ACKNOWLEDGEMENT);
                item.sent.acknowledge();
            }
        }
    }

    Group group(String topic) {
        var group = new Group(topic);
        groups.add(group);
        return group;
    }

    /// The members of a consumer group and what they own.
    final class Group {
        private final String topic;
        private final Map<String, Member> members = new LinkedHashMap<>();
        private final TreeMap<Integer, Member> owners = new TreeMap<>();
        private final TreeMap<Integer, Member> wanted = new TreeMap<>();
        private final Map<Integer, Committed> committed = new HashMap<>();

        Group(String topic) {
            this.topic = topic;
            look();
        }

        Optional<Committed> committed(int partition) {
            return Optional.ofNullable(committed.get(partition));
        }

        private void wake() {
            members.values().forEach(m -> m.wake.raise());
        }

        private void look() {
            baton.later(
                    Duration.ofSeconds(2),
                    () -> {
                        boolean changed = false;
                        for (Member member : List.copyOf(members.values())) {
                            if (up && member.process.working() && member.link.up()) {
                                member.seen = baton.elapsed();
                            } else if (up
                                    && baton.elapsed().minus(member.seen).compareTo(SESSION) > 0) {
                                leave(member);
                                changed = true;
                            }
                        }
                        if (changed) {
                            balance();
                        }
                        look();
                    });
        }

        private void leave(Member member) {
            members.remove(member.name);
            member.in = false;
            owners.values().removeIf(m -> m == member);
            wanted.values().removeIf(m -> m == member);
        }

        private void balance() {
            var all = List.copyOf(members.values());
            if (all.isEmpty()) {
                return;
            }
            int count = partitions(topic).size();
            for (int partition = 0; partition < count; partition++) {
                wanted.put(partition, all.get(partition % all.size()));
                if (!owners.containsKey(partition)) {
                    give(partition);
                }
            }
            wake();
        }

        /// What was given to a member that did not hear of it before another was to have it.
        private void passOn(Member member, Set<Integer> known) {
            for (int partition : List.copyOf(owners.keySet())) {
                if (owners.get(partition) == member
                        && wanted.get(partition) != member
                        && !known.contains(partition)) {
                    owners.remove(partition);
                    give(partition);
                }
            }
        }

        private void give(int partition) {
            Member next = wanted.get(partition);
            if (next != null && next.in) {
                owners.put(partition, next);
                next.wake.raise();
            }
        }
    }

    /// What a poll brings.
    ///
    /// @param lost partitions that others may have by now
    /// @param revoked partitions to be given up in good order, then [Member#released]
    record Poll(
            Set<Integer> lost, Set<Integer> revoked, Set<Integer> assigned, List<Message> records) {
        boolean empty() {
            return lost.isEmpty() && revoked.isEmpty() && assigned.isEmpty() && records.isEmpty();
        }
    }

    /// One consumer of a group.
    final class Member {
        private final Group group;
        private final String name;
        private final Baton.Unit process;
        private final Network.Link link;
        private final Baton.Signal wake = baton.signal();
        private final TreeMap<Integer, Long> positions = new TreeMap<>();
        private Duration seen = Duration.ZERO;
        private boolean in;

        Member(Group group, String name, Baton.Unit process, Network.Link link) {
            this.group = group;
            this.name = name;
            this.process = process;
            this.link = link;
        }

        private boolean connected() {
            return up && link.up();
        }

        Poll poll(Duration atMost, boolean paused) {
            baton.sys();
            Poll found = look(paused);
            if (found.empty()) {
                wake.await(atMost);
                found = look(paused);
            }
            return found;
        }

        private Poll look(boolean paused) {
            var lost = new TreeSet<Integer>();
            var revoked = new TreeSet<Integer>();
            var assigned = new TreeSet<Integer>();
            if (connected()) {
                if (!in) {
                    lost.addAll(positions.keySet());
                    positions.clear();
                    Member old = group.members.get(name);
                    if (old != null) {
                        group.leave(old);
                    }
                    group.members.put(name, this);
                    in = true;
                    seen = baton.elapsed();
                    group.balance();
                }
                for (int partition : List.copyOf(positions.keySet())) {
                    if (group.wanted.get(partition) != this) {
                        revoked.add(partition);
                    }
                }
                group.passOn(this, positions.keySet());
                group.owners.forEach((partition, owner) -> {
                    if (owner == this
                            && group.wanted.get(partition) == this
                            && !positions.containsKey(partition)) {
                        assigned.add(partition);
                    }
                });
            }
            for (int partition : assigned) {
                positions.put(
                        partition, group.committed(partition).map(Committed::offset).orElse(0L));
            }
            return new Poll(lost, revoked, assigned, fetch(paused, revoked));
        }

        private List<Message> fetch(boolean paused, Set<Integer> revoked) {
            var records = new ArrayList<Message>();
            if (!connected() || paused) {
                return records;
            }
            for (var position : positions.entrySet()) {
                var messages = partitions(group.topic).get(position.getKey());
                long next = position.getValue();
                while (!revoked.contains(position.getKey())
                        && next < messages.size()
                        && records.size() < 8) {
                    records.add(messages.get((int) next++));
                }
                position.setValue(next);
            }
            return records;
        }

        /// A revoked partition is given up.
        void released(int partition) {
            positions.remove(partition);
            if (group.owners.get(partition) == this) {
                group.owners.remove(partition);
                group.give(partition);
            }
        }

        Set<Integer> owned() {
            return new LinkedHashSet<>(positions.keySet());
        }

        /// @return whether the broker took it
        boolean commit(int partition, long offset, String metadata) {
            baton.sys();
            if (!connected() || !in || group.owners.get(partition) != this) {
                return false;
            }
            group.committed.put(partition, new Committed(offset, metadata));
            return true;
        }
    }
}
