// Keeps one record in memory and reads it back, with the core and the memory store alone.
#include <iostream>
#include <span>
#include <string>
#include <vector>

#include <dropzone/memory/memory_record_repository.h>
#include <dropzone/value/json_text.h>

int main() {
  dropzone::memory::MemoryRecordRepository repository;

  dropzone::Write write;
  write.kind = "records";
  write.id = "first";
  write.original = R"({"answer": 42.0})";
  write.data = {{"answer", 42}};
  write.data_json = dropzone::to_json(write.data);
  const auto outcomes =
      repository.write({write}, dropzone::Atomicity::partial, dropzone::kNoDeadline);
  if (!outcomes || outcomes->front().status != dropzone::WriteStatus::created) return 1;

  std::string seen;
  const std::vector<std::string> ids = {"first"};
  const auto found = repository.find(
      "records", ids, {.original = true},
      [&](const dropzone::RecordView& view) { seen.append(view.data).append(view.original); },
      dropzone::kNoDeadline);
  std::cout << seen << '\n';
  return found && seen == R"({"answer":42}{"answer": 42.0})" ? 0 : 1;
}
