-- environments
local env={show=print}
local fn=loadstring("x=1 y=2 show(x) return x") setfenv(fn,env)
print(fn(),env.x,env.y,x)
print(getfenv(fn)==env,getfenv(1)==_G,getfenv(0)==_G,getfenv(print)==_G)
local function g() return zz end setfenv(g,{zz="custom"})
print(g(),zz)
do local function h() setfenv(1,{v=5}) return v end
print(h()) end
local function mk() return function() return q1 end end setfenv(mk,{q1="inner"})
print(mk()()) 
print(pcall(setfenv,next,{}))
print(pcall(setfenv,1))
print(pcall(getfenv,100))
local function l2() return getfenv(2) end
local function l1()
local e=l2() return e end setfenv(l1,{a=1})
print(l1().a)
print(_VERSION,_G._G==_G,type(os),type(string.gfind))
print(string.dump and pcall(string.dump,next))
print(collectgarbage("count")~=nil,pcall(collectgarbage,"bad"))
print(math.type,table.unpack,table.pack,string.pack,utf8,bit32,rawlen)
