package inuse.record;

import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.events.Place;
import inuse.core.evidence.IpAddress;
import inuse.core.evidence.Port;
import inuse.core.evidence.Protocol;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The table of bound sockets, beside a map that does the same with more memory. */
final class BoundTableTest {
  private static final List<IpAddress> ADDRESSES =
      List.of(IpAddress.ANY_V4, IpAddress.ANY_V6, IpAddress.LOOPBACK_V4, IpAddress.LOOPBACK_V6);

  private record Bound(int process, Place place, boolean listening) {}

  private final BoundTable table = new BoundTable();
  private final Map<Long, Bound> map = new HashMap<>();

  private static Place place(Random random) {
    return new Place(
        random.nextBoolean() ? Protocol.TCP : Protocol.UDP,
        ADDRESSES.get(random.nextInt(ADDRESSES.size())),
        new Port(1 + random.nextInt(50)),
        random.nextInt(4) == 0 ? Optional.of(4_026_532_000L) : Optional.empty());
  }

  private Map<Long, Bound> all() {
    Map<Long, Bound> all = new HashMap<>();
    table.each((cookie, process, place, listening) ->
        all.put(cookie, new Bound(process, place, listening)));
    return all;
  }

  @Test
  void itIsTheSameAsAMapAfterAnyPutsAndRemovals() {
    for (int seed = 0; seed < 20; seed++) {
      Random random = new Random(seed);
      for (int step = 0; step < 3_000; step++) {
        // Few cookies, so that runs of neighbours are made and broken.
        long cookie = 1L + random.nextInt(600);
        if (random.nextInt(3) == 0) {
          table.remove(cookie);
          map.remove(cookie);
        } else {
          Bound bound = new Bound(random.nextInt(9), place(random), random.nextBoolean());
          table.put(cookie, bound.process, bound.place, bound.listening);
          map.put(cookie, bound);
        }
      }
      assertThat(all()).isEqualTo(map);
      assertThat(table.size()).isEqualTo(map.size());
      for (long cookie = 1; cookie <= 600; cookie++) {
        assertThat(table.has(cookie)).isEqualTo(map.containsKey(cookie));
      }
    }
  }

  @Test
  void thoseOnAPortAreAllThatHaveIt() {
    Random random = new Random(1);
    for (long cookie = 1; cookie <= 2_000; cookie++) {
      Place place = place(random);
      table.put(cookie, 1, place, false);
      map.put(cookie, new Bound(1, place, false));
    }
    for (int port = 0; port <= 51; port++) {
      Set<Long> found = new HashSet<>();
      table.onPort(new Port(port), (cookie, process, place, listening) -> found.add(cookie));
      Set<Long> expected = new HashSet<>();
      for (Map.Entry<Long, Bound> one : map.entrySet()) {
        if (one.getValue().place.port().number() == port) {
          expected.add(one.getKey());
        }
      }
      assertThat(found).isEqualTo(expected);
    }
  }

  @Test
  void theyAreCountedByProtocolAndTheirProcessesAreVisited() {
    Random random = new Random(3);
    for (long cookie = 1; cookie <= 500; cookie++) {
      Bound bound = new Bound(random.nextInt(5), place(random), random.nextBoolean());
      table.put(cookie, bound.process, bound.place, bound.listening);
      map.put(cookie, bound);
    }
    Set<Integer> processes = new HashSet<>();
    table.eachProcessHere(processes::add);

    assertThat(processes).containsExactlyInAnyOrder(0, 1, 2, 3, 4);
    long expected =
        map.values().stream()
            .filter(one -> one.place.protocol() == Protocol.TCP && one.listening)
            .count();
    assertThat((long) table.count(Protocol.TCP, true)).isEqualTo(expected);
  }

  @Test
  void whatIsNotMarkedIsTold() {
    Random random = new Random(2);
    for (long cookie = 1; cookie <= 100; cookie++) {
      table.put(cookie, 1, place(random), false);
    }
    table.unmark();
    for (long cookie = 1; cookie <= 98; cookie++) {
      table.mark(cookie);
    }

    assertThat(table.unmarked()).containsExactlyInAnyOrder(99L, 100L);
  }

  @Test
  void theProcessThatIsSoughtByAnInodeIsFoundWhereverItsSocketMovesMeanwhile() {
    Random random = new Random(4);
    for (long cookie = 1; cookie <= 2_000; cookie++) {
      Place place = place(random);
      table.put(cookie, BoundTable.UNKNOWN, place, cookie % 2 == 0);
      table.seek(cookie, (int) (10_000 + cookie));
      if (random.nextInt(4) == 0) {
        table.remove(1L + random.nextInt((int) cookie));
      }
    }
    int there = table.size();
    assertThat(table.sought()).isEqualTo(there);

    Set<Long> found = new HashSet<>();
    table.eachSought(
        inode -> inode % 2 == 0 ? inode : BoundTable.UNKNOWN,
        (cookie, process, place, listening) -> {
          assertThat(process).isEqualTo((int) (10_000 + cookie));
          assertThat(listening).isTrue();
          found.add(cookie);
        });
    Set<Long> left = new HashSet<>();
    table.stopSeeking((cookie, process, place, listening) -> left.add(cookie));

    assertThat(found.size() + left.size()).isEqualTo(there);
    assertThat(found).allMatch(cookie -> table.process(cookie) == (int) (10_000 + cookie));
    assertThat(left).allMatch(cookie -> table.process(cookie) == BoundTable.UNKNOWN);
    assertThat(table.sought()).isZero();
  }

  @Test
  void aHundredThousandSocketsTakeTwoMegabytes() throws IllegalAccessException {
    Random random = new Random(5);
    for (long cookie = 1; cookie <= 100_000; cookie++) {
      Place place =
          new Place(
              Protocol.UDP,
              ADDRESSES.get(random.nextInt(ADDRESSES.size())),
              new Port(1 + random.nextInt(65_535)),
              Optional.empty());
      table.put(cookie, random.nextInt(100), place, false);
    }

    assertThat(bytes(table)).isBetween(1_400_000L, 2_000_000L);
  }

  @Test
  void whatNoSocketHasIsNotKept() {
    Owners few = new Owners();
    for (int i = 0; i < 1_000; i++) {
      int number = few.add(new Owners.Owner(i, Planted.PLACE));
      assertThat(few.add(new Owners.Owner(i, Planted.PLACE))).isEqualTo(number);
      few.remove(number);
      few.remove(number);
      // The number is free again, and the next owner has it.
      assertThat(number).isZero();
    }
  }

  /** What arrays of numbers take, with all that they are reached through. */
  private static long bytes(Object object) throws IllegalAccessException {
    return switch (object) {
      case long[] array -> 8L * array.length;
      case int[] array -> 4L * array.length;
      case char[] array -> 2L * array.length;
      case Object[] array -> {
        long sum = 0;
        for (Object each : array) {
          sum += bytes(each);
        }
        yield sum;
      }
      default -> {
        long sum = 0;
        if (object.getClass().getPackageName().equals("inuse.record")) {
          for (Field field : object.getClass().getDeclaredFields()) {
            if (!Modifier.isStatic(field.getModifiers()) && !field.getType().isPrimitive()) {
              field.setAccessible(true);
              sum += bytes(field.get(object));
            }
          }
        }
        yield sum;
      }
    };
  }

  @Test
  void anUnknownSocketIsNowhere() {
    assertThat(table.place(7)).isEmpty();
    assertThat(table.process(7)).isEqualTo(BoundTable.UNKNOWN);
    assertThat(table.isListening(7)).isFalse();
    table.remove(7);
    assertThat(table.size()).isZero();
  }
}
