#!/usr/bin/env bash
# Howard Hinnant's date 3.0.1 (Debian 12, built with USE_OS_TZDB): after 2037 it is winter for ever.
#
# A file of the system's time zone database lists changes of the clocks up to 2037, and ends with a rule for the time
# after that (RFC 8536, section 3.3: "CET-1CEST,M3.5.0,M10.5.0/3"). The C library follows the rule. date reads the
# list and leaves out the rule, so the last entry of the list, which is winter time, holds until the year 32767. It
# gives no error: a local time in a summer from 2038 on becomes a moment that is wrong by an hour. sys_info shows it
# by its end: a summer of 2037 ends in 2037, one of 2040 does not end.
#
# Seen with libhowardhinnant-date-dev 3.0.1+ds-5 and tzdata 2025b:
#
#   2037-07-01 12:00 UTC in Berlin: C library 14:00, date 14:00
#   2040-07-01 12:00 UTC in Berlin: C library 14:00, date 13:00
#
# Exits with 0 while this is so, and with 1 once it has changed.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
cd -- "$work"

cat >check.cc <<'CC'
#include <date/tz.h>

#include <ctime>
#include <cstdlib>
#include <iostream>

int main() {
  setenv("TZ", "Europe/Berlin", 1);
  tzset();
  const auto* berlin = date::locate_zone("Europe/Berlin");
  for (const int year : {2037, 2040}) {
    const auto noon = date::sys_days(date::year(year) / 7 / 1) + std::chrono::hours(12);
    const std::time_t moment = std::chrono::system_clock::to_time_t(noon);
    const auto hours = std::chrono::duration_cast<std::chrono::hours>(berlin->get_info(noon).offset);
    std::cout << year << "-07-01 12:00 UTC in Berlin: C library " << std::localtime(&moment)->tm_hour
              << ":00, date " << 12 + hours.count() << ":00\n";
  }
}
CC
g++ -std=c++17 -DUSE_OS_TZDB=1 check.cc -o check -ldate-tz

./check | tee seen
diff - seen <<'END'
2037-07-01 12:00 UTC in Berlin: C library 14:00, date 14:00
2040-07-01 12:00 UTC in Berlin: C library 14:00, date 13:00
END
