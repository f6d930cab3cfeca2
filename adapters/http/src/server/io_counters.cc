#include "server/io_counters.h"

namespace dropzone::http {

void IoCounters::add_to(ServerCounters& sum) const noexcept {
  sum.connections_open += connections_open.value();
  sum.connections_total += connections_total.value();
  sum.connections_refused += connections_refused.value();
  sum.requests_total += requests_total.value();
  sum.requests_in_flight += requests_in_flight.value();
  sum.requests_malformed += requests_malformed.value();
  sum.bytes_received += bytes_received.value();
  sum.bytes_sent += bytes_sent.value();
  sum.timeouts_idle += timeouts_idle.value();
  sum.timeouts_header += timeouts_header.value();
  sum.timeouts_body += timeouts_body.value();
  sum.timeouts_handler += timeouts_handler.value();
  sum.timeouts_write += timeouts_write.value();
  sum.streams_aborted += streams_aborted.value();
  sum.answers_dropped += answers_dropped.value();
}

}  // namespace dropzone::http
