package inuse.core.evidence;

/** States of a socket that has a port: those of tcp(7), and two that follow from bind alone. */
public enum SocketState {
  LISTEN,
  /** Bound, but neither listening nor connected, or shut down since. */
  BOUND,
  SYN_SENT,
  SYN_RECV,
  ESTABLISHED,
  FIN_WAIT1,
  FIN_WAIT2,
  CLOSE_WAIT,
  CLOSING,
  LAST_ACK,
  TIME_WAIT,
  /** A state newer than this program. */
  OTHER
}
