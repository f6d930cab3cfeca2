#include "machine.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <string>
#include <utility>

#include <dropzone/call/call_options.h>
#include <dropzone/value/record_id.h>

#include "library.h"
#include "reader.h"
#include "scalars.h"
#include "tables.h"

namespace dropzone::lua {
namespace {

constexpr int kInstructionsBetweenLooks = 1'000;
constexpr std::size_t kWorkOfThem = 100;  // In the units of Watch.
constexpr std::size_t kBytesOfAnInstruction = 32;
constexpr std::size_t kFreeBytes = std::size_t{256} << 10;  // Not part of the account.
constexpr std::size_t kMaxKeptBytes = kFreeBytes;
constexpr std::size_t kMaxMessageBytes = 1'000;
constexpr const char* kScript = "=script";

// Lua's own messages about null, the one value that is userdata without a name.
void name_null(std::string& message) {
  if (!message.starts_with("attempt to ") && !message.starts_with("bad argument ")) return;
  for (const std::string_view word : {"light userdata", "userdata"}) {
    const auto found = message.find(word);
    if (found != std::string::npos) message.replace(found, word.size(), "null");
  }
}

// A message without the place that Lua puts before it, as UTF-8, and not too long.
std::string plain_message(std::string_view message) {
  for (const std::string_view chunk : {"script:", "library:"}) {
    const auto end = message.starts_with(chunk) ? message.find(": ") : std::string_view::npos;
    if (end != std::string_view::npos) message.remove_prefix(end + 2);
  }
  std::string plain(message.substr(0, kMaxMessageBytes));
  name_null(plain);
  if (message.size() > kMaxMessageBytes) {
    while (!plain.empty() && (plain.back() & 0x80) != 0) plain.pop_back();
    plain += "...";
  }
  if (!is_utf8(plain)) {
    for (char& byte : plain) byte = (byte & 0x80) != 0 ? '?' : byte;
  }
  return plain;
}

// "script:3: ..." is the form of a fault in the syntax.
std::string syntax_fault(std::string_view message) {
  std::string line = "The script is not Lua";
  if (message.starts_with("script:")) {
    const std::string_view rest = message.substr(7);
    line += ": line " + std::string(rest.substr(0, rest.find(':')));
  }
  return line + ": " + plain_message(message) + ".";
}

std::string_view message_at_top(lua_State* state) {
  std::size_t length = 0;
  const char* text =
      lua_type(state, -1) == LUA_TSTRING ? lua_tolstring(state, -1, &length) : nullptr;
  return text ? std::string_view(text, length) : std::string_view("unknown error");
}

}  // namespace

void* Machine::allocate(void* machine, void* block, std::size_t old_size,
                        std::size_t new_size) noexcept {
  Machine& self = *static_cast<Machine*>(machine);
  if (!block) old_size = 0;  // It is what the block is for.
  if (new_size == 0) {
    self.used_ -= old_size;
    std::free(block);
    return nullptr;
  }
  if (new_size > old_size) {
    if (self.used_ + (new_size - old_size) > self.limits_.memory_bytes) return nullptr;
    if (!self.spend((new_size - old_size) / kBytesOfAnInstruction)) return nullptr;
    if (self.run_ && !self.hold(new_size - old_size)) return nullptr;
  }
  void* made = std::realloc(block, new_size);
  if (!made) return new_size > old_size ? nullptr : block;
  self.used_ += new_size - old_size;
  return made;
}

// In large pieces, since most scripts need none.
bool Machine::hold(std::size_t growth) noexcept {
  const std::size_t free = used_at_first_ + kFreeBytes + run_->held;
  if (used_ + growth <= free || run_->no_memory) return !run_->no_memory;
  const std::size_t piece = std::max(used_ + growth - free, kFreeBytes);
  try {
    run_->held += piece;
    run_->no_memory = !run_->context.allowance.hold(piece);
  } catch (...) {
    run_->no_memory = true;
  }
  return !run_->no_memory;
}

Result<std::unique_ptr<Machine>> Machine::make(std::string_view source,
                                               const ScriptLimits& limits) {
  std::unique_ptr<Machine> machine(new Machine(limits));
  machine->state_ = lua_newstate(allocate, machine.get());
  if (machine->state_) {
    *static_cast<Machine**>(lua_getextraspace(machine->state_)) = machine.get();
    if (auto fault = machine->compile(source)) return *std::move(fault);
    return machine;
  }
  return Error{ErrorCode::invalid_configuration, "There is no memory for the script."};
}

std::optional<Error> Machine::compile(std::string_view source) {
  lua_pushcfunction(state_, set_up);
  if (lua_pcall(state_, 0, 0, 0) != LUA_OK) {
    return Error{ErrorCode::invalid_configuration, "The script has too little memory: " +
                                                       plain_message(message_at_top(state_)) + "."};
  }
  if (luaL_loadbufferx(state_, source.data(), source.size(), kScript, "t") != LUA_OK) {
    return Error{ErrorCode::invalid_configuration, syntax_fault(message_at_top(state_))};
  }
  lua_rawseti(state_, LUA_REGISTRYINDEX, script_);  // Replaces what set_up() put there.
  used_at_first_ = used_;
  return std::nullopt;
}

Machine::~Machine() {
  if (state_) lua_close(state_);
}

bool Machine::tidy_up() noexcept {
  if (used_ > used_at_first_ + kMaxKeptBytes) lua_gc(state_, LUA_GCCOLLECT);
  return used_ <= used_at_first_ + kMaxKeptBytes;
}

void Machine::push_metatable(Shape shape) noexcept {
  lua_rawgeti(state_, LUA_REGISTRYINDEX, metatables_[static_cast<std::size_t>(shape)]);
}

Shape Machine::shape_of(const void* metatable) const noexcept {
  for (std::size_t i = 1; i < kShapes; ++i) {
    if (shapes_[i] == metatable) return static_cast<Shape>(i);
  }
  return Shape::plain;
}

int Machine::set_up(lua_State* state) {
  Machine& self = of(state);
  for (std::size_t i = 0; i < kShapes; ++i) {
    lua_newtable(state);
    self.shapes_[i] = lua_topointer(state, -1);
    self.metatables_[i] = luaL_ref(state, LUA_REGISTRYINDEX);
  }
  set_up_scalars(state);
  set_up_tables(state);
  lua_newtable(state);
  push_library(state);
  lua_setfield(state, -2, "__index");
  self.globals_metatable_ = luaL_ref(state, LUA_REGISTRYINDEX);
  lua_pushboolean(state, 0);
  self.script_ = luaL_ref(state, LUA_REGISTRYINDEX);
  return 0;
}

void Machine::on_count(lua_State* state, lua_Debug*) {
  charge(state, kInstructionsBetweenLooks);
  Run& run = of(state).current();
  if (!run.context.allowance.watch().is_over(kWorkOfThem)) return;
  run.too_late = true;
  luaL_error(state, "too late");
}

int Machine::on_error(lua_State* state) {
  Run& run = of(state).current();
  lua_Debug place;
  for (int level = 0; run.line == 0 && lua_getstack(state, level, &place) != 0; ++level) {
    lua_getinfo(state, "Sl", &place);
    if (place.currentline > 0 && std::strcmp(place.short_src, "script") == 0) {
      run.line = place.currentline;
    }
  }
  return 1;
}

// Each record has global variables of its own, above the library.
int Machine::run_script(lua_State* state) {
  Machine& self = of(state);
  lua_rawgeti(state, LUA_REGISTRYINDEX, self.script_);
  lua_newtable(state);
  lua_rawgeti(state, LUA_REGISTRYINDEX, self.globals_metatable_);
  lua_setmetatable(state, -2);
  const int globals = lua_gettop(state);
  lua_pushliteral(state, "record");
  push_object(state, self.run_->object);
  lua_rawset(state, globals);
  lua_pushvalue(state, globals);
  lua_setupvalue(state, globals - 1, 1);
  lua_pushvalue(state, globals - 1);
  lua_call(state, 0, 1);
  if (lua_isnil(state, -1)) {
    lua_pushliteral(state, "record");
    lua_rawget(state, globals);
  }
  read_result(state);
  return 0;
}

Result<void> Machine::run(Object& object, const StepContext& context) {
  Run run{.object = object, .context = context};
  run_ = &run;
  fuel_ = limits_.instructions;
  lua_sethook(state_, on_count, LUA_MASKCOUNT, kInstructionsBetweenLooks);
  lua_pushcfunction(state_, on_error);
  lua_pushcfunction(state_, run_script);
  const int status = lua_pcall(state_, 0, 0, 1);
  Result<void> outcome;
  if (status == LUA_OK) {
    object = std::move(*run.made.as_object());
  } else {
    outcome = failure(status);
  }
  lua_settop(state_, 0);
  context.allowance.release(run.held);
  run_ = nullptr;
  return outcome;
}

void Machine::reject(std::string_view message) noexcept {
  try {
    run_->error = Error{ErrorCode::step_failed, plain_message(message)};
  } catch (...) {
    run_->error = Error{ErrorCode::step_failed};
  }
}

Error Machine::failure(int status) {
  Run& run = *run_;
  if (run.too_late) return deadline_exceeded();
  if (run.no_memory) {
    return run.context.allowance.exhausted().value_or(
        Error{ErrorCode::overloaded, "There is no memory for the script."});
  }
  if (fuel_ < 0) {
    return {ErrorCode::step_failed, "The script takes more than " +
                                        std::to_string(limits_.instructions) +
                                        " instructions for this record (\"max_instructions\")."};
  }
  if (run.error) return *std::move(run.error);
  if (status == LUA_ERRMEM) {
    return {ErrorCode::step_failed, "The script takes more than " +
                                        std::to_string(limits_.memory_bytes) +
                                        " bytes of memory for this record (\"max_memory_bytes\")."};
  }
  std::string where = run.line > 0 ? " in line " + std::to_string(run.line) : "";
  return {ErrorCode::step_failed,
          "The script failed" + where + ": " + plain_message(message_at_top(state_)) + "."};
}

}  // namespace dropzone::lua
