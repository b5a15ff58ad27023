package inuse.planted.core.ask;

import inuse.core.evidence.Reading;
import inuse.core.evidence.Uid;
import inuse.core.io.EngineApi;
import inuse.core.io.UnixHttp;
import inuse.kernel.CallResult;
import inuse.kernel.ChildProcess;
import inuse.kernel.SystemCalls;
import inuse.kernel.netlink.DumpEnd;
import inuse.kernel.netlink.NetlinkSocket;
import java.util.List;

record ChangesMachine(SystemCalls calls) {
  int removes() {
    return calls.unlink(0, new byte[0]);
  }

  int ends(int pidfd) {
    return calls.pidfdSendSignal(pidfd, 9);
  }

  int writes(int fd) {
    return calls.write(fd, new byte[1], 0, 1);
  }

  int starts() {
    return calls.spawn(new byte[0], List.of(), List.of());
  }

  DumpEnd destroys(NetlinkSocket socket) {
    return socket.act(21, new byte[0], 0);
  }

  CallResult<ChildProcess> runs() {
    return ChildProcess.start(calls, List.of(), List.of(), List.of(), ChildProcess.Errors.DROPPED);
  }

  Reading<UnixHttp.Response> posts() {
    return new UnixHttp(calls).ask("POST", "", Uid.ROOT, "", 0);
  }

  Reading<UnixHttp.Response> stops(EngineApi engine) {
    return engine.post("", Uid.ROOT, "", 0);
  }
}
