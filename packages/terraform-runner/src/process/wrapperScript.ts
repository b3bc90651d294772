/**
 * The constant program that stands between the parent and Terraform, so that a parent which died can
 * still be told the exit code. Arguments: run directory, binary, its arguments; none is ever interpreted.
 *
 * - `mkdir claim` succeeds for one of two only: this wrapper, or an adopter that declared the run dead
 *   before it began. So a run is never both given up and executed.
 * - The trap keeps the shell alive through an interrupt of the group; unlike an ignored signal it is not
 *   inherited, Terraform and its children see the default.
 * - `process` and `exit` appear at once and complete, by rename.
 */
export const WRAPPER_SCRIPT = `
dir=$1
shift
mkdir "$dir/claim" || exit 126
trap : HUP INT TERM
{
  echo "$$"
  cat /proc/sys/kernel/random/boot_id "/proc/$$/stat" || ps -o lstart= -p "$$"
} > "$dir/process.tmp" 2>/dev/null
mv "$dir/process.tmp" "$dir/process" || exit 126
"$@"
code=$?
echo "$code" > "$dir/exit.tmp" && mv "$dir/exit.tmp" "$dir/exit"
exit "$code"
`;
