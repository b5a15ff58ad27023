package inuse.zoo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A holder is after a question what it was before, as far as it, and the kernel, can tell. */
final class AskingChangesNothingTest extends Scenarios {
  /**
   * Holds ports in every way that is looked for, and prints all that it knows of itself for each
   * line that it reads: options and queues of its sockets, the state of its files with their times,
   * and what /proc says of it but for what time itself changes.
   */
  private static final String HOLDER =
      """
      import array, ctypes, fcntl, os, socket, struct, sys, tempfile, termios
      libc = ctypes.CDLL(None, use_errno=True)

      def listener(port):
          s = socket.socket()
          s.bind(('0.0.0.0', port))
          s.listen()
          return s

      def sent(sock, peek):
          one, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
          one.sendmsg([b'take it'], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array('i', [sock.fileno()]))])
          sock.close()
          if peek is not None:
              other.setsockopt(socket.SOL_SOCKET, 42, peek)
          return other, one

      plain = listener(8080)
      flight = sent(listener(8081), None)
      counted = sent(listener(8082), 0)
      moved = sent(listener(8083), 3)
      udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
      udp.bind(('127.0.0.1', 8084))
      client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
      client.sendto(b'unread', ('127.0.0.1', 8084))
      accepted = socket.create_connection(('127.0.0.1', 8080)), plain.accept()[0]
      accepted[0].send(b'unread')
      path = os.path.join(tempfile.mkdtemp(), 'file')
      open(path, 'w').write('x' * 100)
      os.utime(path, (1, 2))
      file = open(path)
      lock = open(path, 'a')
      fcntl.flock(lock, fcntl.LOCK_EX)
      fcntl.lockf(lock, fcntl.LOCK_EX)
      ring = libc.syscall(425, 8, ctypes.create_string_buffer(120))
      fixed = listener(8085)
      if ring >= 0:
          fds = (ctypes.c_int * 1)(fixed.fileno())
          libc.syscall(427, ring, 2, fds, 1)
          fixed.close()
      passed = {'voluntary_ctxt_switches', 'nonvoluntary_ctxt_switches', 'VmRSS', 'RssAnon', 'RssFile',
                'VmSize', 'VmData', 'VmHWM', 'VmPeak', 'VmPTE', 'SigQ'}

      def state():
          lines = [one for one in open('/proc/self/status') if one.split(':')[0] not in passed]
          for one in ('limits', 'environ', 'cmdline', 'cgroup', 'personality', 'oom_score_adj',
                      'coredump_filter', 'timerslack_ns', 'comm', 'loginuid', 'sessionid', 'uid_map'):
              try:
                  lines.append(open('/proc/self/' + one).read())
              except OSError as why:
                  lines.append(str(why))
          lines += [one.split(None, 1)[1] for one in open('/proc/locks') if ' %d ' % os.getpid() in one]
          for fd in sorted(map(int, os.listdir('/proc/self/fd'))):
              try:
                  link = os.readlink('/proc/self/fd/%d' % fd)
                  lines.append('%d %s %s' % (fd, link, open('/proc/self/fdinfo/%d' % fd).read()))
                  stat = os.fstat(fd)
                  lines.append(str((stat.st_mode, stat.st_ino, stat.st_nlink, stat.st_uid, stat.st_size,
                                    stat.st_atime_ns, stat.st_mtime_ns, stat.st_ctime_ns)))
              except FileNotFoundError:
                  continue
              if not link.startswith('socket:'):
                  continue
              queue = array.array('i', [0])
              for request in (termios.FIONREAD, termios.TIOCOUTQ):
                  try:
                      fcntl.ioctl(fd, request, queue)
                      lines.append(str(queue[0]))
                  except OSError as why:
                      lines.append(str(why))
              one = socket.socket(fileno=os.dup(fd))
              for level in (socket.SOL_SOCKET, socket.IPPROTO_TCP, socket.IPPROTO_IP):
                  for option in range(1, 80):
                      # What changes with time, and what makes a descriptor.
                      if (level == socket.IPPROTO_TCP and option in (11, 24, 26, 35)) or option in (49, 77):
                          continue
                      try:
                          lines.append('%d %d %r' % (level, option, one.getsockopt(level, option, 64)))
                      except OSError as why:
                          lines.append(str(why))
              one.close()
          return lines

      state()
      before = state()
      print('ready', flush=True)
      for line in sys.stdin:
          if 'change' in line:
              counted[0].recv(100, socket.MSG_PEEK)
          after = state()
          for one, other in zip(before, after):
              if one != other:
                  print('changed', repr(one), repr(other), flush=True)
          if 'use' in line:
              print('peeked', counted[0].recv(100, socket.MSG_PEEK), moved[0].recv(100, socket.MSG_PEEK), flush=True)
              before = state()
          print('compared %d' % len(after), flush=True)
      """;

  AskingChangesNothingTest() {
    super(Way.EXECUTABLE);
  }

  private Running holder() {
    return lab.startOwn("/usr/bin/python3", "-c", HOLDER).awaitReady();
  }

  private void asked(String... words) {
    String[] command = new String[words.length + 1];
    command[0] = Programs.EXECUTABLE.toString();
    System.arraycopy(words, 0, command, 1, words.length);
    lab.output(command);
  }

  private static void assertUnchanged(Running holder) {
    holder.say("compare");
    String compared = holder.awaitNext("compared");
    assertThat(Integer.parseInt(compared)).isGreaterThan(1000);
    assertThat(holder.said("changed")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "8080",
        "8081",
        "8082",
        "8083",
        "udp/8084",
        "8085",
        "--json 8080-8090",
        "next 8080",
        "free --dry-run 8080",
        "tune",
        "completion next -- free 80",
        "8099",
        "--all-netns 8081"
      })
  void noHolderNoticesAQuestion(String words) {
    Running holder = holder();

    for (int i = 0; i < 3; i++) {
      asked(words.split(" ", -1));
    }

    assertUnchanged(holder);
  }

  @Test
  void whoPeeksOnFromWhereItWasFindsWhatItWouldHaveFound() {
    Running holder = holder();
    for (String port : new String[] {"8082", "8083"}) {
      asked(port);
    }
    holder.say("use");

    assertThat(holder.awaitNext("peeked")).isEqualTo("b'take it' b'e it'");
  }

  /** The test would see a change. */
  @Test
  void aChangeIsSeen() {
    Running holder = holder();
    holder.say("change");
    holder.awaitNext("compared");

    assertThat(holder.said("changed")).isNotEmpty();
  }
}
