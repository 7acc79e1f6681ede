"""The compiled loops of the signals: functions on arrays that know nothing of addresses or texts."""
