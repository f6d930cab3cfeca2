#include "faults.h"

#include <unistd.h>

namespace dropzone::model_disk {
namespace {

std::size_t index_of(Sort sort) { return static_cast<std::size_t>(sort); }

// Counts down where something is left.
bool take_one(std::atomic<std::uint32_t>& count) {
  std::uint32_t left = count.load();
  while (left > 0 && !count.compare_exchange_weak(left, left - 1)) {
  }
  return left > 0;
}

}  // namespace

Sort sort_of(const std::string& name) {
  if (name.ends_with(".db")) return Sort::database;
  if (name.ends_with("-wal")) return Sort::log;
  if (name.ends_with("-shm")) return Sort::index;
  if (name.ends_with("-journal")) return Sort::journal;
  return Sort::other;
}

// splitmix64: the same seed and the same order of calls draw the same numbers.
std::uint64_t Faults::draw() {
  std::uint64_t mixed = state_.seed + (state_.draws.fetch_add(1) + 1) * 0x9e3779b97f4a7c15U;
  mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9U;
  mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebU;
  return mixed ^ (mixed >> 31);
}

std::optional<Fault> Faults::before(Call call, Sort sort) {
  const auto wait_where_off = [&] {
    while (state_.is_on.load() == 0) usleep(10'000);
  };
  if (call != Call::read) wait_where_off();
  state_.calls[static_cast<std::size_t>(call)][index_of(sort)].fetch_add(1);
  if (call == Call::write) {
    if (const auto micros = state_.write_micros[index_of(sort)].load()) usleep(micros);
  }
  if (call == Call::sync) {
    if (const auto micros = state_.sync_micros[index_of(sort)].load()) usleep(micros);
  }
  for (Rule& rule : state_.rules) {
    if (rule.active.load() == 0 || (rule.calls >> static_cast<unsigned>(call) & 1U) == 0 ||
        (rule.files >> static_cast<unsigned>(sort) & 1U) == 0) {
      continue;
    }
    if (take_one(rule.skip) || (rule.chance < 65'536 && !happens(rule.chance)) ||
        !take_one(rule.times)) {
      continue;
    }
    rule.hits.fetch_add(1);
    if (rule.action == Action::cut_power) {
      state_.is_on = 0;
      wait_where_off();
    }
    return Fault{rule.action, rule.error};
  }
  return {};
}

}  // namespace dropzone::model_disk
