# shellcheck shell=bash
# Shared by scripts that run parts of their work in parallel. To be sourced, from the project's directory.
#
#   lane NAME COMMAND...   starts COMMAND in the background; its output goes to target/lanes/NAME.log
#   join_lanes             waits for all lanes, prints the output of each, and fails if one failed

lane_names=()
lane_pids=()

lane() {
  local name=$1
  shift
  mkdir -p target/lanes
  set -m # gives the lane its own process group, so that end_lanes can end all its processes
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

# Ends the lanes that still run when the script ends early.
end_lanes() {
  local pid
  for pid in "${lane_pids[@]}"; do
    kill -TERM -- "-$pid" 2>/dev/null || true
  done
}
trap end_lanes EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
