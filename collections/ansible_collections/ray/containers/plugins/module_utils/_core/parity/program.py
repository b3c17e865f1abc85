# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The programs that run inside an image, as text: they know nothing but Python, the image's own, whatever it is.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

__all__ = ["FIRST", "IMPORT", "MESSAGE", "PROGRAM"]

#: Ray's first command, without the 2 s that importing ray takes. It ends with an error where there is no Ray.
FIRST = r"""import os;from importlib.util import find_spec as f
d=os.path.dirname(f("ray").origin)
open("/shared/worker_path.txt","w").write(os.path.join(d,"_private","workers","default_worker.py"))"""

#: Makes one short line of what an import says, without the values of its variables, which may be secrets: in the container,
#: since Podman may log its output, and before the cut. They are looked for as they are, in both ways to quote them, and by
#: lines. Values below 6 characters are no secrets, and masking them would garble the message. What pydantic quotes of its
#: input is cut in the middle, so that no value could be found in it.
MESSAGE = r"""import json,re
def message(text,variables):
    text=" ".join(text.split())
    if variables: text=re.sub("input_value=.*?(?=, input_type=)","input_value=********",text)
    parts=[part for value in variables.values() for part in (value,*value.splitlines())]
    forms={" ".join(form.split()) for part in parts for form in (part,repr(part)[1:-1],json.dumps(part)[1:-1])}
    for form in sorted(forms,key=len,reverse=True):
        if len(form)>5: text=text.replace(form,"********")
    return text[:400]
"""

#: Tells the versions from files, then has every application imported by a python of its own with its variables.
PROGRAM = (
    MESSAGE
    + r"""import os,subprocess,sys
from importlib.util import find_spec
def read(path):
    try: return open(path,encoding="utf-8").read()
    except OSError: return ""
def value(name,text):
    found=re.search("^"+name+r"(?:\s*:[^=]+)?\s*=\s*[\x22\x27](.+?)[\x22\x27]",text,re.M)
    return found.group(1) if found else ""
sys.path.pop(0)
spec=find_spec("ray")
ray=os.path.dirname(spec.origin or "") if spec else ""
worker=ray+"/_private/workers/default_worker.py"
libraries={}
for directory in reversed(sys.path):
    for name in os.listdir(directory) if os.path.isdir(directory) else ():
        found=re.match(r"(protobuf|grpcio|pydantic|nvidia_cuda_runtime)(?:_cu\d+)?-(\d.*)\.dist-info$",name)
        if found: libraries[found.group(1)]=found.group(2)
libraries["cloudpickle"]=value("__version__",read(ray+"/cloudpickle/__init__.py"))
runtime=libraries.pop("nvidia_cuda_runtime","")
torch=find_spec("torch")
cuda=value("cuda",read(os.path.dirname(torch.origin)+"/version.py")) if torch and torch.origin else ""
cuda=cuda or os.environ.get("CUDA_VERSION","") or runtime
def writes(path):
    path=os.path.join(path,".ray.containers-%d"%os.getpid())
    try:
        open(path,"w").close()
        os.unlink(path)
        return True
    except OSError: return False
gpus,driver=-1,""
if a["gpus"]:
    import ctypes
    gpus,number=0,ctypes.c_int(0)
    try:
        library=ctypes.CDLL("libcuda.so.1")
        if library.cuDriverGetVersion(ctypes.byref(number))==0: driver="%d.%d"%(number.value//1000,number.value%1000//10)
        if library.cuInit(0)==0 and library.cuDeviceGetCount(ctypes.byref(number))==0: gpus=number.value
    except OSError: pass
own=os.getuid()
outside=[b for a,b,n in(map(int,line.split()) for line in read("/proc/self/uid_map").splitlines()) if a<=own<a+n and b+own-a]
imports,deployments={},{}
for name,(path,variables,arguments) in a["imports"].items():
    stage,told="import",[]
    def heard(output):
        lines=(output or b"").decode(errors="replace").splitlines()
        return [json.loads(line[len(a["mark"]):]) for line in lines if line.startswith(a["mark"])]
    try:
        done=subprocess.run(["python","-c",a["importer"],a["mark"],a["directory"],os.path.dirname(worker),path],
            env={**os.environ,**variables},input=json.dumps(arguments).encode(),stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,timeout=a["seconds"])
        told=heard(done.stdout)
        last=(done.stderr.decode(errors="replace").strip().splitlines() or [""])[-1]
        said="it ended with status %d: %s"%(done.returncode,last)
    except subprocess.TimeoutExpired as late: told,said=heard(late.stdout),"no end after %d seconds"%a["seconds"]
    except OSError as error: said="python does not start with its env_vars: %s"%error
    if told: stage,said=told[0]
    imports[name]=[stage,message(said,variables)]
    if len(told)>1: deployments[name]=told[1]
home=os.path.expanduser("~")
print("\n"+a["mark"]+json.dumps(dict(python_version="%d.%d.%d"%sys.version_info[:3],user_id=own,is_ray_user=not outside,
    ray_version=value("version",read(ray+"/_version.py")),ray_commit=value("commit",read(ray+"/_version.py")),
    worker_path=worker if os.path.isfile(worker) else "",serves=all(find_spec(n) for n in("fastapi","starlette","uvicorn")),
    writes=writes("/tmp/ray"),home=home if writes(home) else "",libraries=libraries,cuda=cuda,gpus=gpus,driver=driver,
    imports=imports,deployments=deployments)))"""
)

#: Imports one application as Ray's build task does (Ray 2.60.0 _common/utils.py, import_attr, in a worker): Ray is connected
#: there, so ray.init() fails; modules are looked for in the raylet's directory and the worker's, not in the container's.
#: Who has it run makes a message of what it says. Then it builds the application, to tell which deployments it has (Ray 2.60.0
#: serve/_private/application_state.py build_serve_application). A builder may want what only a cluster has, or hang: that is told
#: by Ray when it deploys, and here nothing is told then.
IMPORT = r"""import importlib,json,os,signal,sys
mark,directory,workers,path=sys.argv[1:5]
arguments=json.loads(sys.stdin.read() or "{}")
sys.argv=[workers+"/default_worker.py"]
sys.path[0:1]=[directory,workers]
os.environ["RAY_ENABLE_AUTO_CONNECT"]="0"
stage,said="serve",""
def tell(what):
    sys.stdout.flush()
    os.write(1,("\n"+mark+json.dumps(what)+"\n").encode())
try:
    import ray
    def init(*args,**options):
        if options.get("ignore_reinit_error"): return
        raise RuntimeError("ray.init() is called by the module, in a worker that is connected already")
    ray.init=init
    import ray.serve
    stage="import"
    module,_,name=path.partition(":") if ":" in path else path.rpartition(".")
    found=getattr(importlib.import_module(module),name)
    stage=""
except BaseException as error:
    said="%s: %s"%(type(error).__name__,error)
tell([stage,said])
try:
    if stage: raise SystemExit
    signal.alarm(20)
    from ray.serve._private.api import call_user_app_builder_with_args_if_necessary as call
    from ray.serve._private.build_app import build_app
    deployments={}
    for each in build_app(call(found,arguments),name="a").deployments:
        options,replica=each._deployment_config,each._replica_config
        scaling=options.autoscaling_config
        deployments[each.name]=dict(needs=replica.placement_group_bundles or [replica.resource_dict],
            replicas=scaling.min_replicas if scaling else options.num_replicas,scales=bool(scaling),
            gang=bool(getattr(options,"gang_scheduling_config",None)),
            surges="max_surge_percent" in options.user_configured_option_names,
            checks=hasattr(each.func_or_class,"check_health"))
    tell(deployments)
except BaseException: pass
os._exit(0)"""
