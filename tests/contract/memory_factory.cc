#include <dropzone/memory/memory_record_repository.h>

#include "repository_under_test.h"

namespace dropzone::contract {
namespace {

class MemoryUnderTest final : public RepositoryUnderTest {
 public:
  RecordRepository& repository() override { return repository_; }

 private:
  memory::MemoryRecordRepository repository_;
};

const RegisterRepository kMemory({"memory", [] { return std::make_unique<MemoryUnderTest>(); }});

}  // namespace
}  // namespace dropzone::contract
