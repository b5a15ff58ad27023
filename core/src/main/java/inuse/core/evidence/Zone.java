package inuse.core.evidence;

/** A time zone: what the calendar and the clock on the wall say there. */
public interface Zone {
  /** What they say at that moment. */
  CivilTime local(Moment moment);

  /**
   * The moment that they mean. Where clocks were set back it is the later of two; a time that was
   * skipped is as long after the change as it says.
   */
  Moment moment(CivilTime local);

  /** Hours and minutes east of Greenwich: {@code +01:00}. */
  String offsetWords(Moment moment);
}
