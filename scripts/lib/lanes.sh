# shellcheck shell=bash
# Shared by scripts that run parts of their work side by side. To be sourced, from the project's directory.
#
#   lane NAME COMMAND...   begins a part; its output goes to target/lanes/NAME.log
#   join_lanes             waits for all of them, shows the output of each, fails if one failed

lane_names=()
lane_pids=()

lane() {
  local name=$1
  shift
  mkdir -p target/lanes
  set -m # a process group of its own, so that it can be ended as a whole
  ("$@") >"target/lanes/$name.log" 2>&1 </dev/null &
  set +m
  lane_names+=("$name")
  lane_pids+=("$!")
}

join_lanes() {
  local failed='' i
  for i in "${!lane_pids[@]}"; do
    wait "${lane_pids[$i]}" || failed="$failed ${lane_names[$i]}"
    echo "== ${lane_names[$i]}"
    cat "target/lanes/${lane_names[$i]}.log"
  done
  lane_names=()
  lane_pids=()
  if [ -n "$failed" ]; then
    echo "failed:$failed" >&2
    return 1
  fi
}

# Ends those that still run, when the script ends early.
end_lanes() {
  local pid
  for pid in "${lane_pids[@]}"; do
    kill -TERM -- "-$pid" 2>/dev/null || true
  done
}
trap end_lanes EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
